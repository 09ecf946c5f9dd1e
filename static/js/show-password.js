/** A button [data-show-password] shows and hides the password beside it. */
import { onContent } from "./page.js";

function fieldOf(button) {
  const named = button.dataset.showPassword || button.getAttribute("aria-controls");
  return named ? document.getElementById(named) : button.parentElement.querySelector("input");
}

function set(button, shown) {
  const field = fieldOf(button);
  if (!field) return;
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
}

export function startShowPassword() {
  // Without scripts the button could do nothing, so a page may bring it hidden.
  onContent(() => {
    for (const button of document.querySelectorAll("[data-show-password][hidden]")) button.hidden = false;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-show-password]");
    if (button) set(button, button.getAttribute("aria-pressed") !== "true");
  });
  // A password that is sent as text would be remembered as text.
  document.addEventListener("submit", (event) => {
    for (const button of event.target.querySelectorAll("[data-show-password]")) set(button, false);
  }, true);
}
