// Pages and fragments of our own origin, parsed into an inert document: nothing in it runs, and what could run is dropped.
const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy("galleria", { createHTML: (text) => text })
  : { createHTML: (text) => text };

const LOUD = "script, iframe, object, embed, base, link, meta";

export function parsed(text) {
  const page = new DOMParser().parseFromString(policy.createHTML(text), "text/html");
  page.querySelectorAll(LOUD).forEach((element) => element.remove());
  return page;
}

export async function fetched(url, options = {}) {
  const target = new URL(url, location.href);
  if (target.origin !== location.origin) throw new Error("only pages of this site are fetched");
  const answer = await fetch(target, {
    credentials: "same-origin", ...options, headers: { "HX-Request": "true", Accept: "text/html", ...options.headers },
  });
  const text = await answer.text();
  const title = text.match(/<title>([^<]*)<\/title>/)?.[1];
  return { ok: answer.ok, status: answer.status, url: answer.url, redirected: answer.redirected, title, page: parsed(text) };
}
