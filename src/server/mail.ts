import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { z } from "zod";
import { platformEnv } from "./env";
import { log } from "./log";

const FROM = "Trainyard <no-reply@trainyard.example>";
const FOOTER = "You get this because of your part in an organisation at Trainyard.";

/** A notice of a module: what happened, and the page where something can be done about it. */
export const Notice = z.strictObject({
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  path: z.string().startsWith("/"),
});
export type Notice = z.infer<typeof Notice>;

interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly link: string;
  /** What the link says. */
  readonly linkTitle: string;
  readonly footer: string;
}

/**
 * Sends a sign-in link. With SMTP_URL it goes out by mail; in the sandbox it goes to the terminal and to the outbox file
 * instead, so that the demo people can be signed in without a mail server.
 */
export async function sendSignInLink(to: string, link: string): Promise<void> {
  const wentOut = await send("outbox", {
    to,
    subject: "Your sign-in link for Trainyard",
    text: "Follow this link to sign in to Trainyard:",
    link,
    linkTitle: "Sign in",
    footer: "It works once, within an hour. If you did not ask for it, ignore this message.",
  });
  if (!wentOut) log("info", `Sign-in link for ${to}: ${link}`);
}

/** Sends a notice with a link to its page. */
export async function sendNotice({ to, subject, text, path }: Notice): Promise<void> {
  const link = new URL(path, platformEnv().publicUrl).href;
  await send("notices", { to, subject, text, link, linkTitle: "Open it in Trainyard", footer: FOOTER });
}

/**
 * By SMTP_URL where it is set; in the sandbox a line of a file in the data folder instead. Whether it went out by mail.
 * Subjects and texts may carry what people wrote, so line breaks are taken out of the one and markup out of the other.
 */
async function send(sandboxFile: "outbox" | "notices", mail: Mail): Promise<boolean> {
  const { smtpUrl, sandbox, dataDirectory } = platformEnv();
  const subject = mail.subject.replace(/\s+/g, " ").slice(0, 200);
  if (smtpUrl !== undefined) {
    const text = `${mail.text}\n\n${mail.link}\n\n${mail.footer}\n`;
    await createTransport(smtpUrl).sendMail({ from: FROM, to: mail.to, subject, text, html: bodyHtml(mail) });
    return true;
  }
  if (!sandbox) throw new Error("No mail server is set, so no mail can be sent. Set SMTP_URL.");
  const directory = join(dataDirectory, "mail");
  await mkdir(directory, { recursive: true });
  const line = JSON.stringify({ at: new Date().toISOString(), to: mail.to, subject, text: mail.text, link: mail.link });
  await appendFile(join(directory, `${sandboxFile}.ndjson`), `${line}\n`);
  return false;
}

function bodyHtml({ text, link, linkTitle, footer }: Mail): string {
  return `<p>${plain(text)}</p><p><a href="${plain(link)}">${plain(linkTitle)}</a></p><p>${plain(footer)}</p>`;
}

function plain(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
