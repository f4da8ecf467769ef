// From which width on a screen counts as narrow: that of a phone, where the navigation and long filters are opened.

/** The media query; Cloudscape's own first breakpoint. */
export const NARROW = '(max-width: 688px)';
