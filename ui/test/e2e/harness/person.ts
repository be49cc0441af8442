import type { Browser, Page } from '@playwright/test'
import { api, expect, world } from '.'

/** Signs a new person in, in a browser of their own. */
export async function personOf(browser: Browser, role: string): Promise<{ page: Page; id: string }> {
  const login = `${role}-${Date.now()}@example.org`
  const { id } = (await (await api('/api/v1/rbac/members', { login, role })).json()) as { id: string }
  const { path } = (await (await api(`/api/v1/rbac/members/${id}/sign-in-link`, {})).json()) as { path: string }
  const context = await browser.newContext({ baseURL: world().url, storageState: { cookies: [], origins: [] } })
  const page = await context.newPage()
  await page.goto(path)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  return { page, id }
}

/** And out again, for good. */
export const leave = async (page: Page, id: string) => {
  await page.context().close()
  await api(`/api/v1/rbac/members/${id}`, undefined, 'DELETE')
}
