import { htmlPage } from "./html";

/** What a hosted page answers. */
export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An HTML answer. */
export function page(status: number, body: string): Page {
  return { status, headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" }, body };
}

/** Sends the browser on with GET. */
export function redirect(url: string): Page {
  return { status: 303, headers: { location: url }, body: "" };
}

/** A page that does not exist. */
export function notFound(text: string): Page {
  return page(404, htmlPage("Not found", `<h1>${text}</h1>`));
}
