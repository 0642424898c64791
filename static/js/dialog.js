// Native dialogs: the opener is a link or a button that names the dialog.

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (!dialog) return;
    event.preventDefault();
    dialog.showModal();
    return;
  }
  const closer = event.target.closest?.("[data-dialog-close]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
    return;
  }
  // The dialog itself is hit only outside its content: on the scrim.
  if (event.target instanceof HTMLDialogElement) event.target.close();
});

document.querySelectorAll("dialog[data-open]").forEach((dialog) => dialog.showModal());
