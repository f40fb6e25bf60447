export const UNSENT = "The link could not be sent. Check the address for typing errors and try again in a minute.";

/** What next-auth says in the address, in our words. */
export const SIGN_IN_ERRORS: Readonly<Record<string, string>> = {
  Verification: "This sign-in link was used already or is older than an hour. Ask for a new one.",
  EmailSignin: UNSENT,
  AccessDenied: "This address may not sign in here.",
  Configuration: "Signing in does not work right now; the fault is ours. Try again later.",
};
