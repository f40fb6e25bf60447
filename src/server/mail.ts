import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { webEnv } from "./env";
import { log } from "./log";

const FROM = "Trainyard <no-reply@trainyard.example>";
const SUBJECT = "Your sign-in link for Trainyard";

/**
 * Sends a sign-in link. With SMTP_URL it goes out by mail; in the sandbox it goes to the terminal and to the outbox file
 * instead, so that the demo people can be signed in without a mail server.
 */
export async function sendSignInLink(to: string, link: string): Promise<void> {
  const { smtpUrl, sandbox, dataDirectory } = webEnv();
  if (smtpUrl !== undefined) {
    await createTransport(smtpUrl).sendMail({
      from: FROM,
      to,
      subject: SUBJECT,
      text: bodyText(link),
      html: bodyHtml(link),
    });
    return;
  }
  if (!sandbox) throw new Error("No mail server is set, so no sign-in link can be sent. Set SMTP_URL.");
  const directory = join(dataDirectory, "mail");
  await mkdir(directory, { recursive: true });
  const line = JSON.stringify({ at: new Date().toISOString(), to, subject: SUBJECT, link });
  await appendFile(join(directory, "outbox.ndjson"), `${line}\n`);
  log("info", `Sign-in link for ${to}: ${link}`);
}

function bodyText(link: string): string {
  return `Follow this link to sign in to Trainyard:\n\n${link}\n\nIt works once, within an hour. If you did not ask for it, ignore this message.\n`;
}

function bodyHtml(link: string): string {
  const address = link.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  return `<p>Follow this link to sign in to Trainyard:</p><p><a href="${address}">Sign in</a></p><p>It works once, within an hour. If you did not ask for it, ignore this message.</p>`;
}
