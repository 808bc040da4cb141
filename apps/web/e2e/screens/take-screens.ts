// `npm run screens`: writes docs/screens, each main page at three widths, from real servers with simulated stations.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openBrowser } from '../browser.ts';
import { camera } from './camera.ts';
import { cityScreens } from './city-screens.ts';
import { driverScreens } from './driver-screens.ts';
import { gallery } from './gallery.ts';
import { operatorScreens } from './operator-screens.ts';

const FOLDER = fileURLToPath(new URL('../../../../docs/screens/', import.meta.url));

const browser = await openBrowser();
const pictures = camera(FOLDER);
await operatorScreens(browser, pictures);
await driverScreens(browser, pictures);
await cityScreens(browser, pictures);
await browser.close();
writeFileSync(`${FOLDER}README.md`, gallery(pictures.shots));
