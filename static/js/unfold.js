/**
 * Forms that only the scripts keep from being lost wait in a <template data-unfold>, after a link to a page of
 * their own: without scripts the link stays, and no unsaved text can stand beside another form.
 */
import { onContent } from "./page.js";

function unfold(template) {
  const elements = [...template.content.cloneNode(true).children];
  template.previousElementSibling?.remove();
  template.replaceWith(...elements);
  for (const element of elements) window.htmx?.process(element);
}

export function startUnfolding() {
  onContent(() => document.querySelectorAll("template[data-unfold]").forEach(unfold));
}
