"""Pages, menus, banners, moved addresses."""
