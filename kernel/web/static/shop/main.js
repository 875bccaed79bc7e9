// Shop pages are the same for everybody and kept in caches; this adds what is personal and what is quick. No eval, no htmx.
import "./cart.js";
import "./parts.js";
import "./mine.js";
import "./suggesting.js";
import "./gallery.js";
import "./seen.js";
import "../common/manners.js";
