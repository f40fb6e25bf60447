/** Name of the cookie that carries the session token. The prefix binds it to https wherever the platform is served so. */
export function sessionCookieName(publicUrl: string): string {
  return publicUrl.startsWith("https:") ? "__Secure-trainyard.session" : "trainyard.session";
}

/** Reads one cookie from a request's header; undefined where it is missing. */
export function readCookie(header: string | null, name: string): string | undefined {
  for (const part of (header ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return decodeURIComponent(part.slice(at + 1).trim());
  }
  return undefined;
}

/** Whether a state-changing request comes from our own pages. Browsers send Origin with every POST, and scripts cannot forge it. */
export function isSameOrigin(request: Request, publicUrl: string): boolean {
  const origin = request.headers.get("origin");
  if (origin === null) return false;
  if (origin === new URL(publicUrl).origin) return true;
  const host = request.headers.get("host");
  return host !== null && URL.canParse(origin) && new URL(origin).host === host;
}
