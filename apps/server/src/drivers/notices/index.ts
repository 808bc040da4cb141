/** What drivers are told of while they do not look, kept and passed on to open pages. */
export { type ChargesToFollow, followCharges } from './follow-charges.ts';
export { NOTICE_KINDS, type Notice, type NoticeKind, type Word } from './notice.ts';
export { createNoticeBook, type NoticeBook } from './notice-book.ts';
export { sentenceOf } from './sentence.ts';
