/** What a change of what an image is or holds makes old: the assets that run it are judged again. */
export const JUDGED_AGAIN = ['images', 'drift', 'assets', 'overview', 'sites', 'patch']
