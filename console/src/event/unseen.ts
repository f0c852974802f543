/** Characters that nobody sees, or that turn the direction of what follows. In JSON they can be written as escapes. */
export const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** JSON text that means the same, without characters that would hide in an editor or a terminal. */
export const unveiled = (json: string): string => json.replace(UNSEEN, escaped);

const escaped = (character: string): string => {
  let text = '';
  for (let at = 0; at < character.length; at += 1)
    text += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return text;
};
