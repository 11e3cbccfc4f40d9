/** The name of a resource, such as `stock` or `price list`, in the forms of code. */
export interface ResourceName {
  /** `price-list` */
  readonly kebab: string;
  /** `price_list` */
  readonly snake: string;
  /** `priceList` */
  readonly camel: string;
  /** `PriceList` */
  readonly pascal: string;
  /** `PRICE_LIST` */
  readonly constant: string;
  /** `price list` */
  readonly prose: string;
}

/** @param kebab words of lower-case letters and digits, joined by hyphens */
export function resourceName(kebab: string): ResourceName {
  const words = kebab.split('-');
  const pascal = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  const snake = words.join('_');
  return {
    kebab,
    snake,
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    pascal,
    constant: snake.toUpperCase(),
    prose: words.join(' '),
  };
}

/** The plural of the last word, by the common rules of English. */
export function pluralOf(kebab: string): string {
  if (/[^aeiou]y$/.test(kebab)) return `${kebab.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(kebab) ? `${kebab}es` : `${kebab}s`;
}

/** The name of a resource in the singular and in the plural. */
export interface Resource {
  readonly one: ResourceName;
  readonly many: ResourceName;
}
