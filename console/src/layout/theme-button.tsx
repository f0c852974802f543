import { Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '../ui/button.tsx';
import { chooseTheme, chosenTheme, nextTheme } from './theme.ts';

const ICONS = { system: Monitor, light: Sun, dark: Moon };
const NAMES = { system: "the system's", light: 'light', dark: 'dark' };

export function ThemeButton() {
  const [theme, setTheme] = useState(chosenTheme);
  const Icon = ICONS[theme];
  return (
    <IconButton
      name={`Theme: ${NAMES[theme]}`}
      icon={<Icon size={18} aria-hidden />}
      onClick={() => {
        const next = nextTheme(theme);
        chooseTheme(next);
        setTheme(next);
      }}
    />
  );
}
