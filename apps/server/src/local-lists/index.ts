/** Lists of tokens that stations hold for when they are offline. */
export { keepLocalLists } from './keep-local-lists.ts';
