/** Longest address, in characters (RFC 5321 4.5.3.1.3, without its brackets). */
export const mailAddressLengthMax = 254;
/** The form of one plain address; whoever checks with it checks the length too. */
export const mailAddressPattern = /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/u;

/**
 * Whether a text is one plain mail address and nothing else: no name, list, comment, quote or line break, which a mailer could
 * read as another recipient.
 */
export function isMailAddress(text: string): boolean {
  return text.length <= mailAddressLengthMax && mailAddressPattern.test(text);
}
