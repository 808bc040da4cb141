import { publicPath } from './public-path.ts';

/** Where the page is: the path below its entry (`/sites/1` of `/operator/sites/1`) and what the address says after `?`. */
let path = $state('/');
let query = $state.raw(new URLSearchParams());
let root = '';

export const routePath = () => path;
export const routeQuery = () => query;

/** @param entry like `/operator` */
export function startRouting(entry: string): void {
  root = `${publicPath()}${entry}`;
  read();
  addEventListener('popstate', read);
  document.addEventListener('click', follow);
}

/** Address of a page of this entry. */
export const addressOf = (to: string) => `${root}${to}`;

export function go(to: string): void {
  history.pushState(null, '', addressOf(to));
  read();
  scrollTo(0, 0);
  document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
}

/** Changes what stands after `?` without a step in the history: filters, sorting, what is chosen. '' takes a name away. */
export function setQuery(changes: Readonly<Record<string, string>>): void {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') next.delete(name);
    else next.set(name, value);
  }
  history.replaceState(null, '', `${location.pathname}${next.size === 0 ? '' : `?${next}`}`);
  query = next;
}

function read(): void {
  path = location.pathname.slice(root.length).replace(/\/+$/, '') || '/';
  query = new URLSearchParams(location.search);
}

/** Links to pages of this entry do not load the page again. */
function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
    return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null || link.target !== '' || link.origin !== location.origin) return;
  const isOurs = link.pathname === root || link.pathname.startsWith(`${root}/`);
  if (!isOurs || link.hash !== '') return;
  event.preventDefault();
  go(`${link.pathname.slice(root.length)}${link.search}`);
}
