import { useSyncExternalStore } from 'react'

const phone = window.matchMedia('(max-width: 767px)')
const subscribe = (reader: () => void) => {
  phone.addEventListener('change', reader)
  return () => phone.removeEventListener('change', reader)
}

export const usePhone = () => useSyncExternalStore(subscribe, () => phone.matches)
