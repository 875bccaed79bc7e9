"""The URL table of the desk's pages on packaging and classification."""

from backoffice.pages import classes, packaging
from kernel.web.access import may
from kernel.web.routes import Entry, page

VIEW, EDIT, IMPORT = may("catalog.view"), may("catalog.edit"), may("catalog.import")

TRADE: list[Entry] = [
    page("/desk/classes", classes.show, access=VIEW, name="desk.classes"),
    page("/desk/classes", classes.make, method="POST", access=EDIT, form=classes.SystemForm, name="desk.classes.make"),
    page("/desk/classes/{id}", classes.system, access=VIEW, name="desk.class_system"),
    page(
        "/desk/classes/{id}/list",
        classes.take_list,
        method="POST",
        access=IMPORT,
        form=classes.ListForm,
        name="desk.class_system.list",
        max_bytes=classes.LIST_BYTES,
    ),
    page("/desk/classes/{id}/remove", classes.remove, method="POST", access=EDIT, name="desk.class_system.remove"),
    page("/desk/products/{id}/classes", classes.of_product, access=VIEW, name="desk.product_classes"),
    page(
        "/desk/products/{id}/classes",
        classes.classify,
        method="POST",
        access=EDIT,
        form=classes.ClassForm,
        name="desk.product_classes.save",
    ),
    page("/desk/products/{id}/packaging", packaging.show, access=VIEW, name="desk.packaging"),
    page(
        "/desk/products/{id}/packaging",
        packaging.change,
        method="POST",
        access=EDIT,
        form=packaging.PackagingForm,
        name="desk.packaging.change",
    ),
]
