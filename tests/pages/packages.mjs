// The packages lie under target/, where `run` installs them, so that nothing is written beside the sources.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(process.env.CREDENCE_BROWSER_PACKAGES);

export const { chromium } = require('playwright-core');
/** The source of axe-core, as it is evaluated in each page. */
export const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
