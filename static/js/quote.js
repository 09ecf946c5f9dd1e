/**
 * A link that takes the marked passage along: `data-quote-from` names the element whose text may be marked. Without
 * scripts, or with nothing marked, the page it leads to offers the sentences to choose among.
 */
const LONGEST = 1000;
const LINKS = "a[data-quote-from]";

function marked(link) {
  const selection = document.getSelection();
  const text = selection?.isCollapsed === false ? selection.toString().trim().slice(0, LONGEST) : "";
  const inside = document.querySelector(link.dataset.quoteFrom);
  return text && inside?.contains(selection.anchorNode) && inside.contains(selection.focusNode) ? text : "";
}

function put(link, text) {
  const address = new URL(link.href);
  if (text) address.searchParams.set("quote", text);
  else address.searchParams.delete("quote");
  link.href = address.pathname + address.search;
}

/* What was marked stays meant while the link is reached and pressed, although that takes the mark away. */
function onMark() {
  for (const link of document.querySelectorAll(LINKS)) {
    const text = marked(link);
    if (text) put(link, text);
  }
}

function onPointer({ target }) {
  if (target.closest?.(LINKS)) return;
  for (const link of document.querySelectorAll(LINKS)) put(link, "");
}

export function startQuoting() {
  document.addEventListener("selectionchange", onMark);
  document.addEventListener("pointerdown", onPointer);
}
