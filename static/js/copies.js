/**
 * Local copies of what is being written, one per person, record and page load, so that neither two tabs nor
 * two people on one machine overwrite each other's. A copy goes when the server has the same text, or when
 * its person says so; never because it is old or because the product is new.
 */
import { userId } from "./session.js";

const VERSION = 1;
const PAGE = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;

function prefix() {
  return `mono:copy:${userId()}:`;
}

export function keyOf(record, page = PAGE) {
  return `${prefix()}${record}:${page}`;
}

/** Stores a copy {at, base, path, record, pairs}; false when the machine has no room or allows no storage. */
export function putCopy(key, copy) {
  try {
    localStorage.setItem(key, JSON.stringify({ version: VERSION, ...copy }));
    return true;
  } catch {
    return false;
  }
}

export function getCopy(key) {
  try {
    const copy = JSON.parse(localStorage.getItem(key));
    return copy?.version === VERSION && Array.isArray(copy.pairs) ? copy : null;
  } catch {
    return null;
  }
}

export function dropCopy(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // No storage: nothing was kept.
  }
}

/** This person's copies as [key, copy], newest first. */
export function copiesWhere(accepts) {
  let keys = [];
  try {
    keys = Object.keys(localStorage);
  } catch {
    return [];
  }
  return keys
    .filter((key) => key.startsWith(prefix()))
    .map((key) => [key, getCopy(key)])
    .filter(([, copy]) => copy && accepts(copy))
    .sort(([, one], [, other]) => (one.at < other.at ? 1 : -1));
}

/** The record has been sent: its copies have done their work. */
export function dropCopiesOf(record) {
  for (const [key] of copiesWhere((copy) => copy.record === record)) dropCopy(key);
}
