/* What a page sends with each change, so that the app knows that a page of ours asks for it. */

const TOKEN_HEADER = "X-Form-Token";

const token = document.querySelector('meta[name="form-token"]')?.content;

/** The header, for what is not sent with jQuery. */
export function tokenHeader() {
  return token ? { [TOKEN_HEADER]: token } : {};
}

if (token) {
  $.ajaxPrefilter((options, _, request) => {
    if (!options.crossDomain) {
      request.setRequestHeader(TOKEN_HEADER, token);
    }
  });
}
