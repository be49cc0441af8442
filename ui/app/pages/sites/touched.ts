/** What shows a site, an environment or a project, or how many assets each has. */
export const NOUNS_TOUCHED = ['sites', 'environments', 'projects']
