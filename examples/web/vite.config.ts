import { defineConfig } from 'vite';
import { addressesOf, pageConfig } from './page-config.ts';

export default defineConfig(pageConfig(addressesOf(process.env)));
