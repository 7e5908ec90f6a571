// English: what guard.js itself says, so that it is there when nothing else can be loaded.

export const alerts = {
  unreachable: "The security check could not be reached, so you are not logged in yet. What you typed is still here: please try again.",
  failed: "The security check did not work, so you are not logged in yet. What you typed is still here: please try again.",
  "origin-insecure": "This page was opened without encryption, so nobody can log in here. Please open it by its address that begins with https.",
  work: "Checking this browser: {percent}\u00a0%.",
  "work-page": "Checking this browser: {percent}\u00a0%. It works on the page itself, which may react more slowly meanwhile.",
  "work-software": "Checking this browser: {percent}\u00a0%. It lacks the fast way to do it, so this takes longer than usual.",
  "file-refused": "The confirmation could not be loaded, so you are not logged in yet. If something blocks scripts, please allow them on this page, then reload it.",
};
