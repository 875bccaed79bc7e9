// htmx and its guard against injected attributes expect each other on window; the guard must be there before htmx starts.
import htmx from "htmx.org/dist/htmx.esm.js";

window.htmx = htmx;
