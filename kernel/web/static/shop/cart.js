// Adding to the cart without leaving the page; what was done is said in a message that stays.
import { fetched } from "../common/fetching.js";
import { busy, tell, word } from "../common/telling.js";
import { refresh } from "./mine.js";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-add]") || event.defaultPrevented) return;
  event.preventDefault();
  const button = event.submitter ?? form.querySelector("button:not([type=button])");
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  try {
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const answer = await busy(fetched(form.action, { method: "POST", body }));
    const notice = answer.page.querySelector("[data-notice]")?.textContent.trim();
    const wrong = answer.page.querySelector(".errors li, [data-problem]")?.textContent.trim();
    if (answer.ok) tell(notice || word("added"), { link: word("cart"), href: word("cartUrl") });
    else tell(wrong || word("failed"), { tone: "bad" });
    await refresh();
  } catch {
    form.submit();
  } finally {
    button.removeAttribute("aria-busy");
  }
});
