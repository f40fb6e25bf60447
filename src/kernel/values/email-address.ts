/**
 * One plain ASCII address. Look-alike letters, quoting and address lists are refused: with them one string can name two
 * mailboxes, and the e-mail is the identity here (CVE-2023-48309 and its kin in mail parsers).
 */
const ADDRESS =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;
const LENGTH_MAX = 200;

/** The address in lower case, or null when it is not one that can sign in or be invited. */
export function emailAddress(text: string): string | null {
  const address = text.trim().toLowerCase();
  return address.length <= LENGTH_MAX && ADDRESS.test(address) ? address : null;
}
