export default function FeedsPage() { return null }
