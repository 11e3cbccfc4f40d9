import type { DescExtension, FileRegistry } from '@bufbuild/protobuf';

/** buf finds extensions, which custom options are too, by their names, and does not compare their numbers. */
export function renumberedExtensions(registry: FileRegistry, earlier: FileRegistry): string[] {
  return [...earlier].flatMap((type) => {
    const now = type.kind === 'extension' ? registry.getExtension(type.typeName) : undefined;
    const { number } = type as DescExtension;
    return now && now.number !== number
      ? [`${now.typeName}: the extension had the number ${number}, and now has ${now.number}.`]
      : [];
  });
}
