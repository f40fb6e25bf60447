import { cookies } from "next/headers";
import { THEME_COOKIE, themeOf, type Theme } from "@/ui/theme";

/** The theme that this browser chose. */
export async function pageTheme(): Promise<Theme> {
  return themeOf((await cookies()).get(THEME_COOKIE)?.value);
}
