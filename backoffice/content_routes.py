"""The URL table of the desk's pages on content."""

from backoffice.page_forms import PageForm
from backoffice.pages import content_banners, content_editor, content_menus, content_pages, content_site
from kernel.web.access import may
from kernel.web.routes import Entry, page

WRITE, PUBLISH = may("content.edit"), may("content.publish")
AT = "/desk/pages/{id}"

CONTENT: list[Entry] = [
    page("/desk/pages", content_pages.show, access=WRITE, name="desk.pages"),
    page("/desk/pages/new", content_pages.new, access=WRITE, name="desk.pages.new"),
    page("/desk/pages", content_pages.make, method="POST", access=WRITE, form=content_pages.NewPageForm, name="desk.pages.make"),
    page(AT, content_editor.show, access=WRITE, name="desk.page"),
    page(
        AT, content_editor.write, method="POST", access=WRITE, form=PageForm, name="desk.page.write", max_bytes=content_editor.UPLOAD_BYTES
    ),
    page(f"{AT}/take-back", content_editor.take_back, method="POST", access=PUBLISH, name="desk.page.take_back"),
    page(f"{AT}/address", content_editor.move, method="POST", access=WRITE, form=content_editor.PathForm, name="desk.page.move"),
    page(f"{AT}/copy", content_editor.copy, method="POST", access=WRITE, form=content_editor.CopyForm, name="desk.page.copy"),
    page(f"{AT}/remove", content_editor.remove, method="POST", access=WRITE, name="desk.page.remove"),
    page(f"{AT}/versions", content_editor.versions, access=WRITE, name="desk.page.versions"),
    page(f"{AT}/versions", content_editor.restore, method="POST", access=WRITE, form=content_editor.RestoreForm, name="desk.page.restore"),
    page("/desk/menus", content_menus.show, access=WRITE, name="desk.menus"),
    page("/desk/menus", content_menus.save, method="POST", access=PUBLISH, form=content_menus.MenuForm, name="desk.menus.save"),
    page("/desk/banners", content_banners.show, access=WRITE, name="desk.banners"),
    page("/desk/banners", content_banners.make, method="POST", access=PUBLISH, form=content_banners.BannerForm, name="desk.banners.make"),
    page("/desk/banners/{id}", content_banners.edit, access=WRITE, name="desk.banner"),
    page(
        "/desk/banners/{id}",
        content_banners.change,
        method="POST",
        access=PUBLISH,
        form=content_banners.BannerForm,
        name="desk.banner.change",
    ),
    page("/desk/banners/{id}/remove", content_banners.remove, method="POST", access=PUBLISH, name="desk.banner.remove"),
    page("/desk/redirects", content_site.show_redirects, access=WRITE, name="desk.redirects"),
    page(
        "/desk/redirects",
        content_site.add_redirect,
        method="POST",
        access=PUBLISH,
        form=content_site.RedirectForm,
        name="desk.redirects.add",
    ),
    page("/desk/redirects/{id}/remove", content_site.remove_redirect, method="POST", access=PUBLISH, name="desk.redirect.remove"),
    page("/desk/redirects.csv", content_site.redirects_file, access=WRITE, name="desk.redirects.file"),
    page(
        "/desk/redirects.csv",
        content_site.upload_redirects,
        method="POST",
        access=PUBLISH,
        form=content_site.FileForm,
        name="desk.redirects.upload",
        max_bytes=content_site.FILE_BYTES,
    ),
    page("/desk/listing", content_site.show_listing, access=WRITE, name="desk.listing"),
    page(
        "/desk/listing", content_site.save_listing, method="POST", access=PUBLISH, form=content_site.ListingForm, name="desk.listing.save"
    ),
    page("/desk/messages", content_site.show_messages, access=WRITE, name="desk.messages"),
    page("/desk/messages/{id}", content_site.handle_message, method="POST", access=WRITE, form=content_site.StateForm, name="desk.message"),
]
