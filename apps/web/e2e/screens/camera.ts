import { mkdirSync, rmSync, statSync } from 'node:fs';
import type { Page } from 'playwright-core';

/** CSS pixels: a phone, a tablet held upright, a laptop. */
export const WIDTHS = { phone: 390, tablet: 820, desktop: 1360 } as const;
export type Size = keyof typeof WIDTHS;
const SIZES = Object.keys(WIDTHS) as Size[];

const MOST_BYTES = 400_000;
/** Below this a page goes on in the same way. */
const MOST_HEIGHT_PX = 1500;

/** What is to be seen on the pictures of one page. */
export interface Shot {
  readonly name: string;
  readonly title: string;
  /** One sentence: what to look at. */
  readonly says: string;
  /** The width at which a picture in the dark theme is taken as well. */
  readonly dark?: Size;
}

/** Takes pictures of open pages, each at three widths, and remembers in which order. */
export interface Camera {
  readonly shots: readonly Shot[];
  take(page: Page, shot: Shot): Promise<void>;
}

/** Pictures go to `folder` (a path that ends in `/`), which is emptied first. */
export function camera(folder: string): Camera {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const shots: Shot[] = [];
  return {
    shots,
    async take(page, shot) {
      for (const size of SIZES) {
        await page.setViewportSize(viewport(size));
        await save(page, pictureName(shot, size), size);
        if (shot.dark !== size) continue;
        await page.emulateMedia({ colorScheme: 'dark' });
        await save(page, pictureName(shot, size, 'dark'), size);
        await page.emulateMedia({ colorScheme: 'light' });
      }
      shots.push(shot);
    },
  };

  async function save(page: Page, name: string, size: Size): Promise<void> {
    const path = `${folder}${name}`;
    await drawn(page);
    const whole = Number(await page.evaluate('document.documentElement.scrollHeight'));
    // As a window that is so high: what stays at its foot is at the foot of the picture.
    await page.setViewportSize({ width: WIDTHS[size], height: Math.min(whole, MOST_HEIGHT_PX) });
    await drawn(page);
    await page.screenshot({ path });
    await page.setViewportSize(viewport(size));
    const bytes = statSync(path).size;
    if (bytes > MOST_BYTES) throw new Error(`${name} is ${bytes} bytes: at most ${MOST_BYTES}`);
    console.log(`${name} ${Math.round(bytes / 1000)} kB`);
  }
}

export const pictureName = ({ name }: Shot, size: Size, theme?: 'dark'): string =>
  `${name}-${size}${theme === undefined ? '' : `-${theme}`}.png`;

/** As many rows as a person sees without scrolling. */
export const viewport = (size: Size) => ({
  width: WIDTHS[size],
  height: Math.round(WIDTHS[size] * (size === 'phone' ? 2 : 0.72)),
});

/** Charts draw themselves anew in the frame after their width changed, and the frame after that shows it. */
const drawn = (page: Page): Promise<unknown> =>
  page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))))',
  );
