"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useState } from "react";
import { IconButton } from "./button";

export type Theme = "light" | "dark" | "system";
const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const ICONS = { system: Monitor, light: Sun, dark: Moon } as const;
const YEAR_S = 31_536_000;

/** Name of the cookie that remembers the choice, so that the server renders the right theme at once. */
export const THEME_COOKIE = "trainyard.theme";

/** Light, dark, or what the system says. */
export function ThemeToggle({ theme: stored }: { theme: Theme }) {
  const [theme, setTheme] = useState(stored);
  const Icon = ICONS[theme];
  const choose = (chosen: Theme): void => {
    setTheme(chosen);
    document.documentElement.dataset.theme = chosen;
    document.cookie = `${THEME_COOKIE}=${chosen}; path=/; max-age=${YEAR_S}; samesite=lax`;
    window.dispatchEvent(new Event("themechange"));
  };
  return (
    <IconButton label={`Theme: ${theme}. Switch to ${NEXT[theme]}.`} onClick={() => choose(NEXT[theme])}>
      <Icon className="size-4" aria-hidden="true" />
    </IconButton>
  );
}
