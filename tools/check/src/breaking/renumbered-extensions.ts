import type { DescExtension, FileRegistry } from '@bufbuild/protobuf';

/** Compares the numbers of extensions, custom options included, because buf compares extensions by their names only. */
export function renumberedExtensions(registry: FileRegistry, earlier: FileRegistry): string[] {
  return [...earlier].flatMap((type) => {
    const now = type.kind === 'extension' ? registry.getExtension(type.typeName) : undefined;
    const { number } = type as DescExtension;
    return now && now.number !== number
      ? [`${now.typeName}: the extension had the number ${number}, and now has ${now.number}.`]
      : [];
  });
}
