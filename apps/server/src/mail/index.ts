/** E-mail to people: letters that wait in the database until a mail server took them. */
export { createMail, type Mail, type MailOptions, type MailState } from './create-mail.ts';
export type { Letter, Posting } from './letter.ts';
export { removeOldMail } from './remove-old.ts';
export { type LetterWord, said, wordsOf } from './words.ts';
