import { t } from "../ui/text.js";

/** A time left as people say it: no more exact than it is known. */
export function formatDuration(seconds: number): string {
  if (seconds < 50) return t("less than a minute");
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t("about {0} min", minutes);
  const rounded = Math.round(minutes / 5) * 5;
  const hours = Math.floor(rounded / 60);
  if (hours < 24) return t("about {0} h {1} min", hours, rounded % 60);
  return t("about {0} d {1} h", Math.floor(hours / 24), hours % 24);
}
