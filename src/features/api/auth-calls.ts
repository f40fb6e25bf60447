/** The two calls of sign-in and sign-out. Each proves with a token of its own that it comes from our pages. */
async function csrfToken(): Promise<string> {
  const response = await fetch("/api/auth/csrf", { cache: "no-store" });
  const { csrfToken: token } = (await response.json()) as { csrfToken: string };
  return token;
}

async function post(path: string, form: Record<string, string>): Promise<URL> {
  const body = new URLSearchParams({ ...form, csrfToken: await csrfToken(), json: "true" });
  const response = await fetch(path, { method: "POST", body, headers: { accept: "application/json" } });
  const { url } = (await response.json()) as { url: string };
  return new URL(url, window.location.origin);
}

/** Asks for a sign-in link that leads back to `next`. False: the address cannot sign in, or the mail could not be sent. */
export async function requestSignInLink(email: string, next: string): Promise<boolean> {
  const landed = await post("/api/auth/signin/email", { email, callbackUrl: next });
  return landed.searchParams.get("error") === null;
}

/** Ends this browser's session. */
export async function signOut(): Promise<void> {
  await post("/api/auth/signout", { callbackUrl: "/" });
  window.location.assign("/");
}
