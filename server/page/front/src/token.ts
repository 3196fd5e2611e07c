/** The token comes in the address behind "#", where no server and no log sees it, and is kept for this origin. */

const KEY = "everynode-token";

/** Takes the token out of the address, so that a link to a view can be passed on without it. */
export function takeToken(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given === null) return localStorage.getItem(KEY) ?? "";
  localStorage.setItem(KEY, given);
  history.replaceState(null, "", location.pathname + location.search);
  return given;
}
