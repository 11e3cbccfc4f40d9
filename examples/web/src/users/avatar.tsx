/** The initials of a name on a color for this name. It is only decoration, because the name is always beside it. */
export function Avatar({ name, large = false }: { readonly name: string; readonly large?: boolean }) {
  const words = name.trim().split(/\s+/);
  const initials = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '');
  const hue = [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_021, 7) % 6;
  return (
    <span className="avatar" data-hue={hue} data-large={large} aria-hidden="true">
      {initials.join('').toUpperCase()}
    </span>
  );
}
