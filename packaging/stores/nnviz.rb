# Homebrew's cask, filled by stores.py; it goes into a tap as Casks/nnviz.rb.
cask "nnviz" do
  arch arm: "arm64", intel: "x86_64"

  version "@VERSION@"
  sha256 arm:   "@DMG_ARM64@",
         intel: "@DMG_X86_64@"

  url "@ADDRESS@/nnviz-#{version}-macos-#{arch}.dmg"
  name "nnviz"
  desc "@SUMMARY@"
  homepage "@HOMEPAGE@"

  depends_on macos: ">= :ventura"

  app "nnviz.app"
  binary "#{appdir}/nnviz.app/Contents/MacOS/nnviz"

  zap trash: [
    "~/.config/nnviz",
    "~/Library/Application Support/nnviz",
  ]
end
