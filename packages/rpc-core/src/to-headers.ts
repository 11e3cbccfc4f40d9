interface FieldList {
  readonly fields: readonly { readonly name: string; readonly value: string }[];
}

/** Header fields or trailers as `Headers`, without pseudo-header fields. */
export function toHeaders({ fields }: FieldList): Headers {
  const headers = new Headers();
  for (const { name, value } of fields) if (!name.startsWith(':')) headers.append(name, value);
  return headers;
}
