/* What a page sends with each change, so that the app knows that a page of ours asks for it. */

const TOKEN_HEADER = "X-Form-Token";

const token = document.querySelector('meta[name="form-token"]')?.content;

if (token) {
  $.ajaxPrefilter((options, _, request) => {
    if (!options.crossDomain) {
      request.setRequestHeader(TOKEN_HEADER, token);
    }
  });
}
