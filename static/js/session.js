/** Who this page belongs to and its CSRF token. */

const HEADERS = "hx-headers:inherited";
let halted = false;

export function userId() {
  return document.body.dataset.user ?? "";
}

function inheritedHeaders() {
  try {
    return JSON.parse(document.body.getAttribute(HEADERS) ?? "{}");
  } catch {
    return {};
  }
}

export function csrfToken() {
  return inheritedHeaders()["X-CSRFToken"] ?? document.querySelector("input[name=csrf_token]")?.value ?? "";
}

/** Puts a new token wherever the page will send one from. */
export function setCsrfToken(token) {
  document.body.setAttribute(HEADERS, JSON.stringify({ ...inheritedHeaders(), "X-CSRFToken": token }));
  for (const field of document.querySelectorAll("input[name=csrf_token]")) {
    field.value = token;
    field.defaultValue = token;
  }
}

/** The token that a page of ours carries, and whom it was made for. */
async function fetchToken(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  const { body } = new DOMParser().parseFromString(await answer.text(), "text/html");
  const headers = JSON.parse(body.getAttribute(HEADERS) ?? "{}");
  const token = headers["X-CSRFToken"] ?? body.querySelector("input[name=csrf_token]")?.value ?? "";
  return { token, user: body.dataset.user ?? "" };
}

/** Fetches a token for a page too old to send; false when the session is another person's, or nobody's. */
export async function refreshToken() {
  try {
    const { token, user } = await fetchToken(location.href);
    if (!token || user !== userId()) return false;
    setCsrfToken(token);
    return true;
  } catch {
    return false;
  }
}

/** A token for the login form alone, when there is no session any more. */
export async function tokenOf(address) {
  return (await fetchToken(address)).token;
}

/** Headers of a request that the modules make. The server may compare X-User with its own session. */
export function partialHeaders() {
  return {
    "HX-Request": "true",
    "HX-Request-Type": "partial",
    "X-CSRFToken": csrfToken(),
    "X-User": userId(),
  };
}

/** From now on nothing of this page is sent: it belongs to a person who is no longer the one logged in. */
export function halt() {
  halted = true;
}

export function isHalted() {
  return halted;
}

export function startSession() {
  document.addEventListener("htmx:config:request", (event) => {
    if (halted) event.preventDefault();
    else event.detail.ctx.request.headers["X-User"] = userId();
  });
  document.addEventListener("submit", (event) => halted && event.preventDefault(), true);
}
