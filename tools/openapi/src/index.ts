export { brokenParts } from './compatibility.ts';
export { addressPlaceholder, type OpenApi } from './document.ts';
export { documentOf, readDocument } from './generate.ts';
