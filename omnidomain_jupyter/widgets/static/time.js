export function took(seconds, digits = 1) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(digits) : Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
  if (minutes < 2880) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}

export function since(stamp) {
  return Math.max(0, Math.floor((Date.now() - Date.parse(stamp)) / 1000));
}

export function ago(stamp) {
  const seconds = since(stamp);
  if (seconds < 45) return "just now";
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 86400) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86400)} d ago`;
}

export function exact(stamp) {
  const at = new Date(stamp);
  return `${at.toISOString().slice(0, 19).replace("T", " ")} UTC, ${at.toLocaleString()} here`;
}

export function clock(stamp) {
  return new Date(stamp).toLocaleTimeString([], { hour12: false });
}
