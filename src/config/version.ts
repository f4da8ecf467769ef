// The version of the product, told by the console and by the people's API; a test compares it with package.json.

export const VERSION = '0.1.0';
