"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useState } from "react";
import { IconButton } from "./button";
import { THEME_COOKIE, type Theme } from "./theme";

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const ICONS = { system: Monitor, light: Sun, dark: Moon } as const;
const YEAR_S = 31_536_000;

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
