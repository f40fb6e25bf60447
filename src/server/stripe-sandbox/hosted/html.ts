const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 3rem auto; padding: 0 1rem; color: #1a1f36 }
  label { display: block; margin: .75rem 0 .25rem } input { font: inherit; width: 100%; padding: .5rem; box-sizing: border-box }
  button { font: inherit; width: 100%; padding: .6rem; margin-top: 1rem; cursor: pointer }
  .error { color: #a3001f } .amount { font-size: 2rem; margin: 0 } .note { color: #4f566b; font-size: .875rem }
`;

/** Text made safe to stand in HTML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A whole page. `body` is HTML; the title is text. */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>${STYLE}</style></head>
<body><main>${body}<p class="note">Stripe sandbox of Trainyard. No real money moves.</p></main></body>
</html>`;
}

/** Cents as people read them. */
export function money(cents: number, currency: string): string {
  return new Intl.NumberFormat("en-US", { style: "currency", currency }).format(cents / 100);
}
