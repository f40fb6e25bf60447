export type Theme = "light" | "dark" | "system";

/** Name of the cookie that remembers the choice, so that the server renders the right theme at once. */
export const THEME_COOKIE = "trainyard.theme";

/** Reads a stored choice; anything unknown means the system's. */
export function themeOf(stored: string | undefined): Theme {
  return stored === "light" || stored === "dark" ? stored : "system";
}
